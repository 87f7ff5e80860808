"""People: users, organisations, territories, activity log, notifications, mail. Imports only the kernel."""
