"""The demo: its accounts and the loader of its content. Runs only where DEMO is set."""
