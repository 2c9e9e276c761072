"""Whether this build is slower than the last one: two measurements of the same load, and what they prove."""
