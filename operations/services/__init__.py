"""The only code that writes requests and applies them."""
