"""The catalogue: interlinkers, problem profiles, process templates. Imports community and the kernel."""
