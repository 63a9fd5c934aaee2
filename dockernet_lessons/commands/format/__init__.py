"""How the docker command writes tables, ages and sizes."""
