"""What runs draw (画): the chart of each method, on the page and as a file."""
