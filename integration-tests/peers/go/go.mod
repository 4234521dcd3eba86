module rill/peers

go 1.26
