"""Drafts a merchant's profile by looking at the app, at the platform, and at the app's database."""
