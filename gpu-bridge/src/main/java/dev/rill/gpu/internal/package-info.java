/** The binding to the native library, off-heap layouts and lifecycle parts of the bridge; not for hosts. */
package dev.rill.gpu.internal;
