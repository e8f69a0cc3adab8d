"""What runs say (写): conclusions, cards, tables and methods in the words of the page."""
