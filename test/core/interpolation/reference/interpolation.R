# Reference numbers by gstat (R): Rscript interpolation.R > interpolation.json
# Debian: apt-get install r-cran-gstat r-cran-sp
suppressMessages({ library(sp); library(gstat) })
set.seed(42)
numbers <- function(v) paste0("[", paste(sprintf("%.10g", v), collapse = ","), "]")
field <- function(name, text) sprintf('"%s":%s', name, text)
object <- function(...) paste0("{", paste(c(...), collapse = ","), "}")
list_of <- function(items) paste0("[", paste(items, collapse = ",\n"), "]")

n <- 120
x <- round(130000 + 20000 * runif(n), 1)
y <- round(450000 + 16000 * runif(n), 1)
drift <- round(3 + sin(x / 2500) * cos(y / 2100) + runif(n) / 3, 4)
z <- round(12 + 2 * drift + 3 * sin(x / 1300 + y / 3000) + 2 * cos(y / 1100) + rnorm(n, 0, 1.3), 3)
d <- data.frame(x, y, z, drift); coordinates(d) <- ~x + y
m <- 60
px <- round(129000 + 22000 * runif(m), 1); py <- round(449000 + 18000 * runif(m), 1)
px[1:2] <- x[1:2]; py[1:2] <- y[1:2]
pd <- round(3 + sin(px / 2500) * cos(py / 2100) + runif(m) / 3, 4); pd[1:2] <- drift[1:2]
p <- data.frame(x = px, y = py, drift = pd); coordinates(p) <- ~x + y

models <- list(
  list("spherical", vgm(5, "Sph", 6000, 0.4)), list("exponential", vgm(5, "Exp", 3000, 0.4)),
  list("gaussian", vgm(5, "Gau", 2500, 0.4)), list("matern32", vgm(5, "Mat", 1500, 0.4, kappa = 1.5)),
  list("matern52", vgm(5, "Mat", 1200, 0.4, kappa = 2.5)), list("spherical", vgm(5, "Sph", 6000, 0)))
krigings <- c()
for (mod in models) for (k in c(16, n)) for (ked in c(FALSE, TRUE)) {
  f <- if (ked) z ~ drift else z ~ 1
  nmax <- if (k == n) Inf else k
  r <- krige(f, d, p, mod[[2]], nmax = nmax, debug.level = 0)
  cv <- krige.cv(f, d, mod[[2]], nmax = nmax, verbose = FALSE, debug.level = 0)
  v <- mod[[2]]
  krigings <- c(krigings, object(
    field("model", sprintf('"%s"', mod[[1]])),
    field("nugget", if (v$model[1] == "Nug") v$psill[1] else 0), field("partialSill", v$psill[nrow(v)]),
    field("range", v$range[nrow(v)]), field("neighbours", k), field("drift", if (ked) "true" else "false"),
    field("estimate", numbers(r$var1.pred)), field("variance", numbers(pmax(0, r$var1.var))),
    field("leftOut", numbers(c(mean(cv$residual), sqrt(mean(cv$residual^2)), mean(cv$residual^2 / cv$var1.var))))))
}
idws <- sapply(c(12, n), function(k) object(field("neighbours", k), field("estimate",
  numbers(idw(z ~ 1, d, p, nmax = k, idp = 2, debug.level = 0)$var1.pred))))
variograms <- c()
for (ked in c(FALSE, TRUE)) {
  e <- variogram(if (ked) z ~ drift else z ~ 1, d)
  fits <- c()
  for (start in list(list("spherical", "Sph", 0.5, 6000), list("exponential", "Exp", 0.5, 3000),
                     list("gaussian", "Gau", 0.5, 2500), list("matern32", "Mat", 1.5, 1500),
                     list("matern52", "Mat", 2.5, 1200))) {
    # gstat stops where it began badly: of several beginnings the one that ends best by the criterion that it solves
    best <- NULL; least <- Inf
    for (share in c(0.1, 0.5, 1)) for (nugget in c(0.2, 1, 2)) {
      f <- vgm(mean(e$gamma), start[[2]], start[[4]] * share, nugget, kappa = start[[3]])
      for (round in 1:20) f <- suppressWarnings(fit.variogram(e, f, fit.method = 2, fit.kappa = FALSE))
      g <- variogramLine(f, dist_vector = e$dist)$gamma
      criterion <- sum(e$np * (e$gamma / g + log(g)))
      if (is.finite(criterion) && criterion < least) { least <- criterion; best <- f }
    }
    f <- best
    fits <- c(fits, object(field("model", sprintf('"%s"', start[[1]])), field("nugget", sprintf("%.10g", f$psill[1])),
      field("partialSill", sprintf("%.10g", f$psill[2])), field("range", sprintf("%.10g", f$range[2])),
      field("singular", tolower(isTRUE(attr(f, "singular"))))))
  }
  variograms <- c(variograms, object(field("drift", if (ked) "true" else "false"), field("distance", numbers(e$dist)),
    field("semivariance", numbers(e$gamma)), field("pairs", numbers(e$np)), field("fits", list_of(fits))))
}
cat(object(
  field("stations", object(field("x", numbers(x)), field("y", numbers(y)), field("values", numbers(z)), field("drift", numbers(drift)))),
  field("places", object(field("x", numbers(px)), field("y", numbers(py)), field("drift", numbers(pd)))),
  field("krigings", list_of(krigings)), field("idws", list_of(idws)), field("variograms", list_of(variograms))), "\n")
