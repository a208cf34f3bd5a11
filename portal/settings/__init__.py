"""Settings: ``base`` holds what is always true; ``production``, ``demo`` and ``test`` add to it."""
