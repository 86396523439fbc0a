# Reference numbers for test/core/series: strucchange for breaks, R's HoltWinters. Writes breaks.json beside itself.
# Run: Rscript breaks.R     (Debian: r-base-core r-cran-strucchange)
suppressMessages(library(strucchange))
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.15g", x)), collapse = ","), "]")

# the flow of the Nile, 1871 to 1970, as R ships it: a line with breaks
y <- as.numeric(Nile); x <- seq_along(y)
kendall <- cor.test(x, y, method = "kendall", exact = FALSE, continuity = TRUE)
mosum <- efp(y ~ x, type = "OLS-MOSUM", h = 0.15)
nile <- breakpoints(y ~ x, h = 0.15, breaks = 5)
at <- lapply(1:5, function(m) breakpoints(nile, breaks = m)$breakpoints)

# a made one with a clear break, so that the interval is finite on both sides
set.seed(4)
t <- (0:179) * 20 / 365.2425
v <- round(ifelse(t < 4, 0.5 + 0.02 * t, 0.42 + 0.04 * (t - 4)) + c(rnorm(74, 0, 0.05), rnorm(106, 0, 0.08)), 4)
made <- breakpoints(v ~ t, h = 0.15, breaks = 5)
interval <- confint(made)$confint

tails <- expand.grid(x = c(-40, -3, -0.2, 0, 0.5, 7), xi = c(1, 0.4, 3), phi = c(1, 2))
tails$p <- mapply(function(x, xi, phi) strucchange:::pargmaxV(x, xi = xi, phi1 = 1, phi2 = sqrt(phi / xi)), tails$x, tails$xi, tails$phi)

# exponential smoothing with given gains and start
co <- window(co2, end = c(1968, 12)); s0 <- c(-0.1, 0.6, 1.4, 2.5, 3, 2.3, 0.8, -1.2, -3, -3.2, -2, -0.9)
hw <- HoltWinters(ts(c(rep(NA, 0), co), frequency = 12, start = c(1959, 1)), alpha = 0.4, beta = 0.1, gamma = 0.3,
                  start.periods = 2, l.start = 315, b.start = 0.06, s.start = s0)
ahead <- predict(hw, 15, prediction.interval = TRUE)

cat(sprintf('{"madeBy":"%s, strucchange %s",', R.version.string, packageVersion("strucchange")),
    sprintf('"nile":{"values":%s,"tau":%.15g,"p":%.15g,"mosum":%.15g,"rss":%s,"bic":%s,"breaks":[%s]},',
            num(y), kendall$estimate, kendall$p.value, sctest(mosum)$statistic,
            num(summary(nile)$RSS[1, ]), num(summary(nile)$RSS[2, ]), paste(sapply(at, num), collapse = ",")),
    sprintf('"made":{"years":%s,"values":%s,"interval":%s,"p":%.15g},', num(t), num(v), num(interval[1, ]),
            sctest(efp(v ~ t, type = "OLS-MOSUM", h = 0.15))$p.value),
    sprintf('"argmax":{"x":%s,"xi":%s,"phi":%s,"p":%s},', num(tails$x), num(tails$xi), num(tails$phi), num(tails$p)),
    sprintf('"holtWinters":{"values":%s,"season":%s,"sse":%.15g,"used":%d,"mean":%s,"upper":%s,"sigma":%.15g}}\n',
            num(as.numeric(co)), num(s0), hw$SSE, length(hw$fitted[, 1]), num(ahead[, "fit"]), num(ahead[, "upr"]),
            sqrt(var(residuals(hw)))),
    sep = "", file = "breaks.json")
