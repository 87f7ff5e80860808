"""The work: processes, their tree, teams, roles, assets, invitations. Imports interlinkers, community, kernel."""
