package server

import (
	"sync"
	"time"
)

const (
	// window is the number of places for segments; a segment has the place of its number modulo window.
	window = 5

	// Next resolves to the number of the segment that begins next.
	Next = -1
	// Current resolves to the number of the segment that began last, or 0 before any did.
	Current = -2
)

// channel is a named sequence of segments. Its pointer is the number that the next segment is expected to have.
type channel struct {
	name        string
	contentType string

	mu       sync.Mutex
	pointer  int64
	places   [window]*segment
	activity time.Time
	closed   bool
}

// admission is what a read finds: the segment, or none, and the pointer at that moment.
type admission struct {
	segment *segment
	number  int64
	pointer int64
	closed  bool
}

func newChannel(name, contentType string) *channel {
	return &channel{name: name, contentType: contentType, activity: time.Now()}
}

// openForWrite returns the segment to write, made when it is not there; whatever had its place is closed.
// reset closes every segment below it. closed tells that the channel is.
func (c *channel) openForWrite(number int64, reset bool) (found *segment, closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if number == Next {
		number = c.pointer
	}
	if reset {
		c.closeBelow(number)
	}
	return c.place(number, true), c.closed
}

// openForRead admits a read: of what is retained, of the pointer, and of 1 before anything was written.
func (c *channel) openForRead(number int64) admission {
	c.mu.Lock()
	defer c.mu.Unlock()
	number = c.resolve(number)
	found := c.retained(number)
	ahead := number == c.pointer || c.pointer == 0 && number == 1
	if found == nil && ahead && !c.closed {
		found = c.place(number, false)
	}
	return admission{segment: found, number: number, pointer: c.pointer, closed: c.closed}
}

// openLocally makes the segment of a local publisher and its successor, or none when either has been written.
func (c *channel) openLocally(number int64) *segment {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := c.place(number, true)
	successor := c.place(number+1, true)
	if !found.isFresh() || !successor.isFresh() {
		return nil
	}
	return found
}

func (c *channel) resolve(number int64) int64 {
	switch number {
	case Next:
		return c.pointer
	case Current:
		return max(c.pointer-1, 0)
	default:
		return number
	}
}

func (c *channel) retained(number int64) *segment {
	if found := c.places[number%window]; found != nil && found.number == number {
		return found
	}
	return nil
}

func (c *channel) place(number int64, closeOccupant bool) *segment {
	if found := c.retained(number); found != nil {
		return found
	}
	if occupant := c.places[number%window]; occupant != nil && closeOccupant {
		occupant.close()
	}
	made := newSegment(number)
	c.places[number%window] = made
	return made
}

func (c *channel) closeBelow(number int64) {
	for _, each := range c.places {
		if each != nil && each.number < number {
			each.close()
		}
	}
}

// begun moves the pointer behind a segment. It moves back, too, as it does in the field.
func (c *channel) begun(number int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pointer = number + 1
	c.activity = time.Now()
}

func (c *channel) drop(number int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := c.retained(number)
	if found == nil {
		return false
	}
	found.close()
	return true
}

func (c *channel) state() (pointer int64, closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pointer, c.closed
}

func (c *channel) idleSince() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.activity
}

// close ends every party. The flag is set first, so that whoever is woken sees it.
func (c *channel) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for i, each := range c.places {
		if each != nil {
			each.close()
			c.places[i] = nil
		}
	}
}
