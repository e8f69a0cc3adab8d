# EpiEstim's estimate_R on every row of a table of counts: windows of seven days, the serial interval of a file, prior 5 and 5.
options(warn = -1)
suppressMessages(library(EpiEstim))
given <- commandArgs(trailingOnly = TRUE)
cases <- as.matrix(read.csv(given[1], header = FALSE))
w <- scan(given[2], quiet = TRUE)
days <- ncol(cases)
once <- function(area) {
  config <- make_config(list(si_distr = w, t_start = 2:(days - 6), t_end = 8:days, mean_prior = 5, std_prior = 5))
  suppressMessages(estimate_R(as.integer(cases[area, ]), method = "non_parametric_si", config = config))$R
}
for (warm in 1:3) once(1)
times <- if (nrow(cases) == 1) 20 else 1
begun <- proc.time()
for (time in seq_len(times)) found <- lapply(seq_len(nrow(cases)), once)
spent <- sum((proc.time() - begun)[1:2]) / times
columns <- c("Mean(R)", "Std(R)", "Quantile.0.025(R)", "Quantile.0.05(R)", "Quantile.0.25(R)", "Median(R)", "Quantile.0.75(R)", "Quantile.0.95(R)", "Quantile.0.975(R)")
write.table(do.call(rbind, lapply(found, function(one) one[, columns])), given[3], sep = ",", row.names = FALSE, col.names = FALSE)
cat(spent, "\n")
