package dev.rill.harness;

import picocli.CommandLine.IVersionProvider;

/** Version from the jar's manifest, with the Java that runs it. */
final class BuildVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        final String version = BuildVersion.class.getPackage().getImplementationVersion();
        return new String[] {
            "rill " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version()};
    }
}
