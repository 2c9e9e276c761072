"""Sets of criteria: how much load, by which users, and what it must prove. The files are beside this one."""
