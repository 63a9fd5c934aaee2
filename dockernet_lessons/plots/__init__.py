"""Pictures of a lab: the wiring diagram and the ping matrix as a heat map."""
