"""Settings: ``base`` applies everywhere; ``production``, ``demo`` and ``test`` add to it."""
