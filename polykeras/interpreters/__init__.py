"""Three interpreters of ops: symbolic shapes, reverse-mode differentiation, recorded programs."""
