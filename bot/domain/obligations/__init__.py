"""What the guidelines ask of a case, since when and until when (§3 to §8)."""
