"""The few things every app imports. Imports no app and holds no tables."""
