package drive

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	failurePause = 300 * time.Millisecond
	maxFailures  = 5
)

type subscribeEvent struct {
	Event    string `json:"event"`
	Sequence int64  `json:"sequence"`
	Bytes    int64  `json:"bytes"`
	Sha256   string `json:"sha256,omitempty"`
	Latest   int64  `json:"latest"`
	Reason   string `json:"reason,omitempty"`
}

// subscribe reports every segment until the channel ends or too many requests in a row fail. Stepwise, it takes the head
// of a segment and then waits for a line on standard input before it reads the body.
func subscribe(kit Kit, arguments []string) error {
	set, target := flags("subscribe")
	start := set.Int64("start", -1, "first sequence number, -1 for the next segment, -2 for the current one")
	refresh := set.Duration("refresh", 20*time.Second, "how long a request may wait before it is sent anew")
	stepwise := set.Bool("stepwise", false, "read each body only after a line on standard input")
	if err := set.Parse(arguments); err != nil {
		return err
	}
	subscriber, err := kit.NewSubscriber(*target, *start, *refresh)
	if err != nil {
		return err
	}
	s := &subscription{kit: kit, subscriber: subscriber, lines: newLines(), stepwise: *stepwise}
	s.lines.tell(subscribeEvent{Event: "ready"})
	s.run()
	return nil
}

type subscription struct {
	kit        Kit
	subscriber Subscriber
	lines      *lines
	stepwise   bool
	failures   int
}

func (s *subscription) run() {
	for {
		response, err := s.subscriber.Read()
		if err == nil {
			err = s.receive(response)
		}
		if err == nil {
			s.failures = 0
			continue
		}
		if reason := s.endAfter(err); reason != "" {
			s.lines.tell(subscribeEvent{Event: "end", Reason: reason})
			return
		}
	}
}

// endAfter goes on after an error where the field does, and otherwise says why it does not.
func (s *subscription) endAfter(err error) string {
	verdict := s.kit.Judge(err)
	s.failures++
	if s.failures > maxFailures || verdict.Text == ChannelClosed || verdict.Text == ChannelNotFound {
		return verdict.Text
	}
	if verdict.Text == NoSegment {
		s.lines.tell(subscribeEvent{Event: "refused", Latest: verdict.Latest})
		s.subscriber.SetSequence(verdict.Latest)
	} else {
		s.lines.tell(subscribeEvent{Event: "failed", Reason: verdict.Text})
	}
	time.Sleep(failurePause)
	return ""
}

func (s *subscription) receive(response *http.Response) error {
	defer response.Body.Close()
	sequence, _ := strconv.ParseInt(response.Header.Get("Lp-Trickle-Seq"), 10, 64)
	if s.stepwise {
		s.lines.tell(subscribeEvent{Event: "head", Sequence: sequence})
		var ignored any
		if err := s.lines.next(&ignored); err != nil {
			return err
		}
	}
	digest := sha256.New()
	bytes, err := io.Copy(digest, response.Body)
	if err != nil {
		return err
	}
	s.lines.tell(subscribeEvent{
		Event: "segment", Sequence: sequence, Bytes: bytes, Sha256: hex.EncodeToString(digest.Sum(nil)),
	})
	return nil
}
