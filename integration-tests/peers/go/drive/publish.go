package drive

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
)

const stored = "stored"

type publishCommand struct {
	Op    string `json:"op"`
	Bytes int64  `json:"bytes"`
}

type publishEvent struct {
	Event    string `json:"event"`
	Sequence int64  `json:"sequence"`
	Bytes    int64  `json:"bytes"`
	Sha256   string `json:"sha256,omitempty"`
	Outcome  string `json:"outcome,omitempty"`
}

// publish obeys the commands segment, begin, end, drop and close until close or the end of standard input, which
// leaves the channel as it is.
func publish(kit Kit, arguments []string) error {
	set, target := flags("publish")
	seed := set.Uint64("seed", 1, "seed of the bytes that are published")
	if err := set.Parse(arguments); err != nil {
		return err
	}
	publisher, err := kit.NewPublisher(*target)
	if err != nil {
		return err
	}
	p := &publication{kit: kit, publisher: publisher, lines: newLines(), random: source(*seed)}
	p.lines.tell(publishEvent{Event: "ready"})
	return p.run()
}

func source(seed uint64) io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return rand.NewChaCha8(key)
}

type publication struct {
	kit       Kit
	publisher Publisher
	lines     *lines
	random    io.Reader
	next      int64
	open      *openSegment
}

func (p *publication) run() error {
	for {
		var command publishCommand
		if err := p.lines.next(&command); err != nil {
			if errors.Is(err, io.EOF) {
				os.Exit(0) // Abandons whatever is open, as a killed process does.
			}
			return err
		}
		if err := p.obey(command); err != nil {
			return err
		}
		if command.Op == "close" {
			return nil
		}
	}
}

func (p *publication) obey(command publishCommand) error {
	switch command.Op {
	case "segment":
		if err := p.begin(command.Bytes); err != nil {
			return err
		}
		p.end()
	case "begin":
		if err := p.begin(command.Bytes); err != nil {
			return err
		}
		p.lines.tell(publishEvent{Event: "begun", Sequence: p.open.sequence, Bytes: command.Bytes})
	case "end":
		p.end()
	case "drop":
		return p.drop()
	case "close":
		p.lines.tell(publishEvent{Event: "closed", Outcome: p.outcome(p.publisher.Close())})
	default:
		return fmt.Errorf("unknown op %q", command.Op)
	}
	return nil
}

// openSegment is a segment that is being written: what goes into the pipe goes out as its body.
type openSegment struct {
	segment  Segment
	sequence int64
	bytes    int64
	sha256   string
	pipe     *io.PipeWriter
	answer   chan error
}

func (p *publication) take() (*openSegment, error) {
	segment, err := p.publisher.Next()
	if err != nil {
		return nil, err
	}
	taken := &openSegment{segment: segment, sequence: p.next, answer: make(chan error, 1)}
	p.next++
	return taken, nil
}

// begin hands the first bytes of a segment to the implementation and leaves the segment open.
func (p *publication) begin(bytes int64) error {
	open, err := p.take()
	if err != nil {
		return err
	}
	source, pipe := io.Pipe()
	open.pipe = pipe
	go func() {
		_, err := open.segment.Write(source)
		_ = source.CloseWithError(io.ErrClosedPipe)
		open.answer <- err
	}()
	digest := sha256.New()
	// A refusal shows in the answer; the pipe then breaks.
	open.bytes, _ = io.CopyN(io.MultiWriter(digest, pipe), p.random, bytes)
	open.sha256 = hex.EncodeToString(digest.Sum(nil))
	p.open = open
	return nil
}

func (p *publication) end() {
	_ = p.open.pipe.Close()
	outcome := p.outcome(<-p.open.answer)
	p.lines.tell(publishEvent{
		Event: "segment", Sequence: p.open.sequence, Bytes: p.open.bytes, Sha256: p.open.sha256, Outcome: outcome,
	})
	p.open = nil
}

// drop gives up the open segment, or the next one when none is open.
func (p *publication) drop() error {
	dropped := p.open
	if dropped == nil {
		taken, err := p.take()
		if err != nil {
			return err
		}
		dropped = taken
	}
	err := dropped.segment.Drop()
	if dropped.pipe != nil {
		_ = dropped.pipe.CloseWithError(io.ErrClosedPipe)
	}
	p.open = nil
	p.lines.tell(publishEvent{Event: "dropped", Sequence: dropped.sequence, Outcome: p.outcome(err)})
	return nil
}

func (p *publication) outcome(err error) string {
	if err == nil {
		return stored
	}
	return p.kit.Judge(err).Text
}
