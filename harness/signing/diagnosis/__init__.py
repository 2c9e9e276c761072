"""Why a signature does not hold: the classic mistakes, each tried on what came. `diagnose` is the way in."""
