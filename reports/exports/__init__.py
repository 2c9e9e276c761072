"""The judgement for other programs: JSON and JUnit."""
