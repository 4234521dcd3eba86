/**
 * One live session as both roles see it: its channels, its control and event documents, its start request and
 * reply.
 */
package dev.rill.jobs.session;
