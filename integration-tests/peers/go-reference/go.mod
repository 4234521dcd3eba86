module rill/peers-reference

go 1.26

require (
	github.com/livepeer/go-livepeer v0.9.1
	rill/peers v0.0.0
)

replace rill/peers => ../go
