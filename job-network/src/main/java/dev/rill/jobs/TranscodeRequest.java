package dev.rill.jobs;

import dev.rill.frame.transcode.TranscodeProfile;
import dev.rill.jobs.session.SessionRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a start request for {@value #MODEL} asks for: {@code "params": {"profiles": ["720p", "360p,fps=15"]}}. */
final class TranscodeRequest {
    /** Model id of the pipeline. */
    static final String MODEL = "transcode";

    /** Most renditions of one session. */
    static final int MAX_PROFILES = 16;

    private static final String PROFILES = "profiles";

    private TranscodeRequest() {
    }

    static boolean matches(final SessionRequest request) {
        return MODEL.equals(request.modelId());
    }

    /**
     * Reads the profiles: texts as {@link TranscodeProfile#parse} takes them, or objects with the same keys.
     *
     * @throws IllegalArgumentException one line: which part is wrong, and what was expected.
     */
    static List<TranscodeProfile> profiles(final Map<String, Object> params) {
        final Map<String, Object> others = new LinkedHashMap<>(params);
        if (!(others.remove(PROFILES) instanceof final List<?> list) || list.isEmpty() || list.size() > MAX_PROFILES) {
            throw new IllegalArgumentException(
                PROFILES + ": expected a list of 1 to " + MAX_PROFILES + " profiles, got " + params.get(PROFILES));
        }
        if (!others.isEmpty()) {
            throw new IllegalArgumentException(
                "params: expected " + PROFILES + " alone, got " + String.join(", ", params.keySet()));
        }
        final List<TranscodeProfile> profiles = new ArrayList<>();
        final Set<String> names = new HashSet<>();
        for (final Object each : list) {
            final TranscodeProfile profile = TranscodeProfile.parse(text(each));
            if (!names.add(profile.name())) {
                throw new IllegalArgumentException(
                    PROFILES + ": expected distinct names, got " + profile.name() + " twice");
            }
            profiles.add(profile);
        }
        return profiles;
    }

    private static String text(final Object profile) {
        if (profile instanceof final Map<?, ?> members) {
            return members.entrySet().stream()
                .map(member -> member.getKey() + "=" + member.getValue()).collect(Collectors.joining(","));
        }
        return String.valueOf(profile);
    }
}
