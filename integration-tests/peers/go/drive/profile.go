package drive

import (
	"strings"
	"time"
)

// Profile is the first line that a server reads: how it is to be configured. Without a name it is just served.
type Profile struct {
	Name            string `json:"profile"`
	BasePath        string `json:"basePath"`
	Autocreate      bool   `json:"autocreate"`
	Changefeed      bool   `json:"changefeed"`
	IdleTimeoutMs   int64  `json:"idleTimeoutMs"`
	SweepIntervalMs int64  `json:"sweepIntervalMs"`

	AbortGraceMs  int64 `json:"abortGraceMs"`
	GapGraceMs    int64 `json:"gapGraceMs"`
	CloseLingerMs int64 `json:"closeLingerMs"`
}

// IdleTimeout is zero for the server's own default.
func (p Profile) IdleTimeout() time.Duration {
	return time.Duration(p.IdleTimeoutMs) * time.Millisecond
}

// SweepInterval is zero for the server's own default.
func (p Profile) SweepInterval() time.Duration {
	return time.Duration(p.SweepIntervalMs) * time.Millisecond
}

// Unsupported says what of the profile the field's servers do not have; empty when they have everything.
func (p Profile) Unsupported() string {
	switch {
	case p.AbortGraceMs != 0:
		return "a lost writer's segment stays open"
	case p.GapGraceMs != 0:
		return "readers of skipped numbers stay parked"
	case p.CloseLingerMs != 0:
		return "a closed channel is gone at once"
	}
	return ""
}

// Refusal is what the hooks of the profile say about a channel.
type Refusal struct {
	Status     int
	Message    string
	Unexpected bool // an error that is no policy
}

var refusals = map[string]Refusal{
	"deny403":      {Status: 403, Message: "nope"},
	"deny401nomsg": {Status: 401},
	"deny500":      {Status: 503, Message: "busy"},
	"denyzero":     {},
	"boom":         {Message: "boom", Unexpected: true},
}

// Refuses decides by the prefix of the channel's name; nil allows.
func (p Profile) Refuses(channel string) *Refusal {
	for prefix, refusal := range refusals {
		if p.Name == "hooks" && strings.HasPrefix(channel, prefix) {
			return &refusal
		}
	}
	return nil
}
