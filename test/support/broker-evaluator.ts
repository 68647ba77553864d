import { connect } from 'node:net';

/**
 * Erlang code for the start of a broker. When the broker is ready, it evaluates expressions from a socket on loopback,
 * one per packet. `PORT` is the port of the socket.
 */
const EVALUATOR = `
ok = rabbit:await_startup(),
{ok, Listener} = gen_tcp:listen(PORT, [binary, {packet, 4}, {active, false}, {reuseaddr, true}, {ip, {127, 0, 0, 1}}]),
Evaluate = fun(Text) ->
  {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text)),
  {ok, Expressions} = erl_parse:parse_exprs(Tokens),
  {value, Value, _} = erl_eval:exprs(Expressions, []),
  case Value of
    _ when is_binary(Value) -> [0, Value];
    _ -> [0, unicode:characters_to_binary(io_lib:format("~tp", [Value]))]
  end
end,
Serve = fun Serve(Socket) ->
  case gen_tcp:recv(Socket, 0) of
    {ok, Text} ->
      Answer = try Evaluate(Text)
        catch Class:Reason -> [1, unicode:characters_to_binary(io_lib:format("~tp: ~tp", [Class, Reason]))]
      end,
      ok = gen_tcp:send(Socket, Answer),
      Serve(Socket);
    {error, closed} -> ok
  end
end,
Own = fun(Socket, Run) ->
  Owner = spawn(fun() -> receive owned -> Run(Socket) end end),
  ok = gen_tcp:controlling_process(Socket, Owner),
  Owner ! owned
end,
Accept = fun Accept(L) ->
  {ok, Socket} = gen_tcp:accept(L),
  Own(Socket, Serve),
  Accept(L)
end,
Own(Listener, Accept).`;

/**
 * Erlang code that makes a broker listen for expressions when it starts. It saves a second of CPU time for each call,
 * because each rabbitmqctl starts its own Erlang.
 *
 * @param port a free port
 */
export function evaluatorOn(port: number): string {
  return EVALUATOR.replaceAll('PORT', String(port));
}

/**
 * The value of an expression in the broker that listens on the port: a binary as its text, other values as Erlang
 * writes them.
 */
export function evaluate(port: number, expression: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length < 4 || answer.length < 4 + answer.readUInt32BE()) return;
      socket.destroy();
      const text = answer.toString('utf8', 5);
      if (answer[4] === 0) resolve(text);
      else reject(new Error(`The broker can't evaluate ${expression}\n${text}`));
    });
    const bytes = Buffer.from(expression);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    socket.write(Buffer.concat([length, bytes]));
  });
}
