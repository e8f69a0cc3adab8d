"""What epidemiology costs, how near it comes to its references, and how good its nowcasts and forecasts were."""
