"""What is decided: pure values and functions, standard library only, no clock and no float."""
