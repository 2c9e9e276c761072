"""What this machine has and lacks: the checks behind `golive doctor`, none of which leaves the machine."""
