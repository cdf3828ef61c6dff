"""What every network has to beat: linear models, naive forecasts, counts."""
