"""What goes out: intents stored before they are sent, delivered from their rows."""
