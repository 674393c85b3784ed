"""Pages around the life of a campaign: its set-up in five steps, changes while open, hand-overs, mergers."""
