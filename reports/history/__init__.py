"""Every run in one database: what each found, how it was sealed, and what changed from one to the next."""
