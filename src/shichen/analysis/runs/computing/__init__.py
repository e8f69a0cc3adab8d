"""What runs compute (算): pure functions from frozen inputs and a disease profile to rows; no database, no page."""
