/** The gateway role: publishes a media source into a session, takes its result, steers it and watches it. */
package dev.rill.jobs.gateway;
