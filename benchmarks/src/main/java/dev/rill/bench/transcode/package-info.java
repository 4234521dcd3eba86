/** Transcoding beside the FFmpeg program. */
package dev.rill.bench.transcode;
