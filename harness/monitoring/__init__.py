"""What a merchant tells those who watch it: figures, alerts, logs."""
