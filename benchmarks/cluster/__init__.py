"""Trainings on the workers of a Dask cluster; timings stay on the machine that runs the command."""
