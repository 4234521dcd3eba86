package dev.rill.gpu;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What an ONNX file says of its model. One input is a picture; the others are single floats, which become parameters.
 * The first output that has the rank of a picture is the result. Custom metadata of the file may say more:
 * <pre>
 *   rill.param.NAME = minimum,maximum,default,description    otherwise 0,1,1
 *   rill.scale      = value of full red                      otherwise 1, and 255 for bytes
 *   rill.mean       = red,green,blue                         otherwise 0,0,0
 *   rill.std        = red,green,blue                         otherwise 1,1,1
 *   rill.order      = rgb or bgr                             otherwise rgb
 * </pre>
 *
 * @param description of the model.
 * @param input       picture that it takes.
 * @param output      picture that it gives.
 * @param parameters  its other inputs.
 * @param metadata    of the file.
 */
record OnnxFile(
    String description, OnnxImage input, OnnxImage output, List<ParameterSpec> parameters,
    Map<String, String> metadata) {
    private static final int MAX_PARAMETERS = 13;

    /** Reads an open session. */
    static OnnxFile of(final OrtSession session) throws OrtException {
        final Map<String, String> metadata = session.getMetadata().getCustomMetadata();
        final Collection<NodeInfo> inputs = session.getInputInfo().values();
        final List<NodeInfo> pictures = inputs.stream().filter(OnnxImage::isOne).toList();
        if (pictures.size() != 1) {
            throw new IllegalArgumentException(pictures.size() + " inputs of four dimensions among "
                + inputs.stream().map(NodeInfo::getName).toList() + ", expected one picture");
        }
        final NodeInfo result = session.getOutputInfo().values().stream().filter(OnnxImage::isOne).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no output of four dimensions, expected a picture"));
        final List<ParameterSpec> parameters = new ArrayList<>();
        inputs.stream().filter(input -> input != pictures.get(0))
            .forEach(input -> parameters.add(parameter(input, metadata)));
        if (parameters.size() > MAX_PARAMETERS) {
            throw new IllegalArgumentException(
                parameters.size() + " inputs besides the picture, expected at most " + MAX_PARAMETERS);
        }
        return new OnnxFile(session.getMetadata().getDescription(), OnnxImage.of("input", pictures.get(0)),
            OnnxImage.of("output", result), parameters, metadata);
    }

    /** The tensor of one of its pictures. */
    TensorFormat tensor(final OnnxImage image, final OnnxContext context) {
        final double scale = image.type() == TensorFormat.Type.U8 ? 255 : 1;
        return TensorFormat.of(image.width(), image.height()).type(image.type()).layout(image.layout())
            .fit(context.fit()).filter(context.filter()).bgr("bgr".equals(metadata.get("rill.order")))
            .values(numbers("rill.scale", scale)[0], numbers("rill.mean", 0, 0, 0), numbers("rill.std", 1, 1, 1));
    }

    private double[] numbers(final String key, final double... otherwise) {
        final String text = metadata.get(key);
        return text == null ? otherwise : numbers(key, text.split(","), otherwise.length);
    }

    private static ParameterSpec parameter(final NodeInfo input, final Map<String, String> metadata) {
        final boolean isFloat = input.getInfo() instanceof TensorInfo info && info.type == OnnxJavaType.FLOAT
            && Arrays.stream(info.getShape()).allMatch(side -> side == 1);
        if (!isFloat) {
            throw new IllegalArgumentException("input '" + input.getName() + "' is " + input.getInfo()
                + ", expected a picture or a single FLOAT");
        }
        final String key = "rill.param." + input.getName();
        final String[] told = metadata.getOrDefault(key, "0,1,1,").split(",", 4);
        final double[] range = numbers(key, Arrays.copyOf(told, Math.min(3, told.length)), 3);
        if (!(range[0] <= range[2] && range[2] <= range[1])) {
            throw new IllegalArgumentException("metadata " + key + "=" + metadata.get(key)
                + ", expected minimum,maximum,default with the default between them");
        }
        return new ParameterSpec(input.getName(), range[0], range[1], range[2], told.length > 3 ? told[3] : "");
    }

    private static double[] numbers(final String key, final String[] texts, final int count) {
        try {
            final double[] numbers = Arrays.stream(texts).map(String::strip).mapToDouble(Double::parseDouble).toArray();
            if (numbers.length == count && Arrays.stream(numbers).allMatch(Double::isFinite)) {
                return numbers;
            }
        } catch (final NumberFormatException ex) {
            // Said below.
        }
        throw new IllegalArgumentException("metadata " + key + "=" + String.join(",", texts) + ", expected " + count
            + " numbers");
    }
}
