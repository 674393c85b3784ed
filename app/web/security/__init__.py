"""Sign-in, first password, sessions that die with a password change."""
