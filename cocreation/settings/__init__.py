"""Settings, chosen by environment variables alone. Every number has its unit in its name.

Embedded shape (default): SQLite, in-memory channel layer, jobs over files in var/.
Production shape: DATABASE_URL=postgres://… and REDIS_URL=redis://…  See docs/operations.md.
"""

from cocreation.settings.base import *  # noqa: F403
from cocreation.settings.libraries import *  # noqa: F403
