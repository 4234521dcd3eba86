/**
 * The job network: what a gateway and an orchestrator do around the frame pipeline. This package holds what both roles
 * share and the orchestrator role; {@link dev.rill.jobs.gateway} is the gateway role, {@link dev.rill.jobs.session} the
 * documents and channels of one session.
 */
package dev.rill.jobs;
