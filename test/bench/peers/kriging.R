# Ordinary kriging by gstat: Rscript kriging.R stations.csv cells cellsize neighbours
suppressMessages({ library(sp); library(gstat) })
a <- commandArgs(TRUE)
d <- read.csv(a[1]); coordinates(d) <- ~x + y
n <- as.integer(a[2]); side <- as.numeric(a[3])
at <- seq(side / 2, by = side, length.out = n)
g <- expand.grid(x = at, y = at); coordinates(g) <- ~x + y
k <- krige(value ~ 1, d, g, vgm(5, "Sph", 30000, 0.4), nmax = as.integer(a[4]), debug.level = 0)
stopifnot(all(is.finite(k$var1.pred)))
