"""Callbacks: when they are sent, along the official ladder, and how each attempt is delivered."""
